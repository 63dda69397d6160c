import type pg from 'pg';
import type { Source } from '@chargelog/domain';
import { NameDictionary } from './name-dictionary.js';

interface KafkaTopic {
  readonly sourceId: number;
  readonly clusterId: string;
  readonly topic: string;
}

/** Everything the log refers to by a short id: shared by writers and readers of one process. */
export class Dictionaries {
  readonly types: NameDictionary;
  readonly notifications: NameDictionary;
  readonly subjectKinds: NameDictionary;
  readonly tenants: NameDictionary;
  private readonly topicIds = new Map<string, number>();
  private readonly topics = new Map<number, KafkaTopic>();
  private readonly sources = new Map<number, Source>();

  constructor(private readonly pool: pg.Pool) {
    this.types = new NameDictionary(pool, 'event_type');
    this.notifications = new NameDictionary(pool, 'notification');
    this.subjectKinds = new NameDictionary(pool, 'subject_kind');
    this.tenants = new NameDictionary(pool, 'tenant');
  }

  async kafkaTopicId(topic: KafkaTopic): Promise<number> {
    const key = JSON.stringify([topic.sourceId, topic.clusterId, topic.topic]);
    const cached = this.topicIds.get(key);
    if (cached !== undefined) return cached;
    await this.pool.query(
      `insert into kafka_topic (source_id, cluster_id, topic) values ($1, $2, $3) on conflict do nothing`,
      [topic.sourceId, topic.clusterId, topic.topic],
    );
    const { rows } = await this.pool.query<{ id: number }>(
      `select id from kafka_topic where source_id = $1 and cluster_id = $2 and topic = $3`,
      [topic.sourceId, topic.clusterId, topic.topic],
    );
    const id = rows[0]?.id;
    if (id === undefined) throw new Error(`kafka_topic lost the row of ${topic.topic}`);
    this.topicIds.set(key, id);
    this.topics.set(id, topic);
    return id;
  }

  async kafkaTopic(id: number): Promise<KafkaTopic> {
    const cached = this.topics.get(id);
    if (cached !== undefined) return cached;
    const { rows } = await this.pool.query<KafkaTopic>(
      `select source_id as "sourceId", cluster_id as "clusterId", topic from kafka_topic where id = $1`,
      [id],
    );
    const topic = rows[0];
    if (topic === undefined) throw new Error(`kafka_topic has no row ${id}, though a delivery refers to it`);
    this.topics.set(id, topic);
    return topic;
  }

  async source(id: number): Promise<Source> {
    const cached = this.sources.get(id);
    if (cached !== undefined) return cached;
    const { rows } = await this.pool.query<Source>(
      `select s.id, s.name, s.kind, t.name as tenant, s.tenant_id as "tenantId"
         from source s join tenant t on t.id = s.tenant_id where s.id = $1`,
      [id],
    );
    const source = rows[0];
    if (source === undefined) throw new Error(`source has no row ${id}, though a delivery refers to it`);
    this.sources.set(id, source);
    return source;
  }
}
