/** A table in Markdown, cells not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Values as code, in one line. */
export function codes(values: readonly (string | number)[], separator = ', '): string {
  return values.map((value) => `\`${value}\``).join(separator);
}

/** A link to the page of a notification, from the page of another one. */
export function linkTo(name: string): string {
  return `[\`${name}\`](${name}.md)`;
}

/** The anchor of a heading, as GitHub and most renderers of Markdown make it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
