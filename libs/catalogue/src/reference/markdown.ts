/** A table in Markdown, cells not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A link to the page of a notification, from another of them. */
export function linkTo(name: string): string {
  return `[\`${name}\`](${name}.md)`;
}
