import type { CatalogueEntry } from '../entry.js';
import { compileData, renderData } from '../normalize/render-data.js';

/** A body as it comes, what readers get of it, and what those without the scope for sensitive members do not. */
export function exampleSection({ body }: CatalogueEntry, sample: string): readonly string[] {
  const plan = compileData(body);
  const { text } = renderData(sample, plan, { normalized: true, masked: false });
  const { maskedPaths } = renderData(sample, plan, { normalized: true, masked: true });
  return [
    '## Example',
    'As AMPECO sends it, indented; all values are invented.',
    json(sample),
    'What `data` of its event holds:',
    // The line break keeps the outermost object open when the page is formatted.
    json(text.replace('{', '{\n')),
    ...(maskedPaths.length === 0 ? [] : [withoutScope(maskedPaths)]),
  ];
}

function withoutScope(maskedPaths: readonly string[]): string {
  const paths = maskedPaths.map((path) => `\`${path}\``).join(', ');
  return `Without the scope \`events:read-sensitive\` it lacks ${paths}, as \`maskedpaths\` then says.`;
}

function json(text: string): string {
  return `\`\`\`json\n${text}\n\`\`\``;
}
