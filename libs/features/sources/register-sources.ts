import type { DataSource } from 'typeorm';
import type { Source, Transport } from '@chargelog/domain';
import { SourceEntity, TenantEntity, toSource } from './source.entity.js';

export interface SourceDeclaration {
  readonly name: string;
  readonly kind: Transport;
  readonly tenant: string;
}

/**
 * Gives every configured source its row. A name stands for one origin for ever, because stored events refer to it: the
 * same name with another tenant or transport is refused rather than re-labelled.
 *
 * @throws Error naming the source and the way out.
 */
export async function registerSources(
  dataSource: DataSource,
  declarations: readonly SourceDeclaration[],
): Promise<readonly Source[]> {
  return dataSource.transaction(async (manager) => {
    // Several instances may start at once; the last one in waits and finds the rows.
    await manager.query('lock table tenant, source in share row exclusive mode');
    const sources: Source[] = [];
    for (const declaration of declarations) {
      const tenants = manager.getRepository(TenantEntity);
      const tenant =
        (await tenants.findOneBy({ name: declaration.tenant })) ??
        (await tenants.save(tenants.create({ name: declaration.tenant })));
      const repository = manager.getRepository(SourceEntity);
      const row =
        (await repository.findOneBy({ name: declaration.name })) ??
        (await repository.save(
          repository.create({ name: declaration.name, kind: declaration.kind, tenant }),
        ));
      if (row.kind !== declaration.kind || row.tenant.name !== declaration.tenant) {
        throw new Error(
          `source "${declaration.name}" is stored as ${row.kind} of tenant "${row.tenant.name}", but configured as ` +
            `${declaration.kind} of tenant "${declaration.tenant}"; give the new source a name of its own, or another data directory or database if what is stored was a trial`,
        );
      }
      sources.push(toSource(row));
    }
    return sources;
  });
}
