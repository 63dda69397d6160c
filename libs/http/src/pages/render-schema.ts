import type { Schema } from '../openapi/schema.js';
import { escapeHtml, prose } from './html.js';

/** A schema as a line, its members as a table below it. */
export function describeSchema(schema: Schema): string {
  const { properties } = schema;
  const about = schema.description === undefined ? '' : ` ${prose(schema.description)}`;
  const line = `<span class="scope">${nameOf(schema)}${limitsOf(schema)}</span>${about}`;
  if (properties === undefined) return line;
  const required = new Set(schema.required);
  const rows = Object.entries(properties).map(
    ([name, inner]) =>
      `<tr><td><code>${escapeHtml(name)}</code>${required.has(name) ? '' : ' <span class="scope">if any</span>'}</td><td>${describeSchema(inner)}</td></tr>`,
  );
  return `${line}<table>${rows.join('')}</table>`;
}

function nameOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = escapeHtml(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.allOf !== undefined) return schema.allOf.map(nameOf).join(' and ');
  if (schema.oneOf !== undefined) return schema.oneOf.map(describeSchema).join(' or ');
  if (schema.const !== undefined) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(', ');
  if (schema.items !== undefined) return `list of ${nameOf(schema.items)}`;
  if (schema.type === undefined) return '';
  return escapeHtml(typeof schema.type === 'string' ? schema.type : schema.type.join(' or '));
}

function limitsOf(schema: Schema): string {
  const limits: string[] = [];
  if (schema.format !== undefined) limits.push(schema.format);
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    limits.push(`${schema.minimum} to ${schema.maximum}`);
  if (schema.maxLength !== undefined) limits.push(`at most ${schema.maxLength} characters`);
  if (schema.maxItems !== undefined) limits.push(`at most ${schema.maxItems}`);
  // A pattern explains itself only where no format says it better.
  if (schema.pattern !== undefined && schema.format === undefined)
    limits.push(`<code>${escapeHtml(schema.pattern)}</code>`);
  if (schema.default !== undefined)
    limits.push(`default <code>${escapeHtml(JSON.stringify(schema.default))}</code>`);
  return limits.length === 0 ? '' : `, ${limits.join(', ')}`;
}
