import { describe, expect, it } from 'vitest';
import { NOTIFICATIONS } from '@chargelog/catalogue';
import { SchemasController } from './schemas.controller.js';

describe('schemas', () => {
  it.each(['normalized', 'raw'] as const)(
    'of %s data are served under the address they call their own',
    (data) => {
      const schemas = new SchemasController();
      for (const { name, major } of NOTIFICATIONS) {
        const schema = JSON.parse(schemas.read(name, String(major), { data })) as { readonly $id: string };
        expect(schema.$id).toBe(`/v1/schemas/${name}/${major}${data === 'raw' ? '?data=raw' : ''}`);
      }
    },
  );
});
