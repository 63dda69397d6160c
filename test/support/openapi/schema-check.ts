import type { OpenApiDocument } from '@chargelog/http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = OpenApiDocument['components']['schemas'][string];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ajv = new Ajv2020({
  allErrors: true,
  strict: false, // annotations of our own; misspelt keywords show as examples that any value passes
  formats: {
    uuid: UUID,
    'date-time': (text: string) => !Number.isNaN(new Date(text).getTime()),
  },
});
const compiled = new Map<string, ValidateFunction>();

/** What of a value departs from a schema of the document, each with its place; empty when nothing does. */
export function departures(document: OpenApiDocument, schema: Schema, value: unknown): string[] {
  const text = JSON.stringify(schema);
  let validate = compiled.get(text);
  if (validate === undefined) {
    // The components stand in the schema itself, so that its references lead into it.
    validate = ajv.compile({ ...schema, components: document.components });
    compiled.set(text, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export function resolve(document: OpenApiDocument, reference: string): Schema {
  const name = /^#\/components\/schemas\/([\w.]+)$/.exec(reference)?.[1] ?? '';
  const schema = document.components.schemas[name];
  if (schema === undefined) throw new Error(`${reference} leads nowhere`);
  return schema;
}
