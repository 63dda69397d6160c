import { Check } from './checks.js';
import type { DocumentReport } from './document-report.js';
import type { SourceConfig } from './gateway-config.js';
import { readKafkaSource } from './kafka-source.js';
import { isMapping, oneOf } from './rules.js';
import { readItems, readSection, reportRepeated } from './section.js';
import { readWebhookSource } from './webhook-source.js';

/** Reads the list of sources, and checks what they must not share. */
export function readSources(
  list: readonly unknown[] | undefined,
  report: DocumentReport,
): readonly SourceConfig[] {
  const sources = readItems(list, 'sources', (item, path) => readSource(item, path, report));
  reportRepeated(
    list,
    'name',
    'sources',
    report,
    (first) => `is also the name of ${first}; names are unique`,
  );
  reportSharedGroups(list, report);
  return sources;
}

/** Sources whose kind is not known; nothing else of them can be judged. */
export class SourceKindSection {
  @Check(oneOf(['webhook', 'kafka'])) kind!: 'webhook' | 'kafka';
}

function readSource(item: unknown, path: string, report: DocumentReport): SourceConfig | undefined {
  if (isMapping(item) !== undefined) {
    readSection(SourceKindSection, item, path, report);
    return undefined;
  }
  const given = item as Record<string, unknown>;
  if (given['kind'] === 'webhook') return readWebhookSource(item, path, report);
  if (given['kind'] === 'kafka') return readKafkaSource(item, path, report);
  readSection(SourceKindSection, Object.hasOwn(given, 'kind') ? { kind: given['kind'] } : {}, path, report);
  return undefined;
}

/**
 * Members of one consumer group share out the partitions of all their topics: two sources in one group on one cluster
 * would each get a part of the other's records.
 */
function reportSharedGroups(list: readonly unknown[] | undefined, report: DocumentReport): void {
  const seen = new Map<string, string>();
  readItems(list, 'sources', (item, path) => {
    if (isMapping(item) !== undefined) return;
    const { groupId, brokers } = item as Record<string, unknown>;
    if (typeof groupId !== 'string' || !Array.isArray(brokers)) return;
    const keys = brokers.map((broker) => JSON.stringify([groupId, broker]));
    const first = keys.map((key) => seen.get(key)).find((at) => at !== undefined);
    if (first !== undefined) {
      report.add(
        `${path}.groupId`,
        `is also the group of ${first} on the same broker; give each source its own`,
      );
    }
    for (const key of keys) if (!seen.has(key)) seen.set(key, path);
  });
}
