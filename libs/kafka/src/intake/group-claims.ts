import type { Source } from '@chargelog/domain';

/**
 * Which source of this process a consumer group belongs to. Two sources in one group on one cluster would each get a part of
 * what both should read; that two lists of brokers lead to the same cluster is only known once it has said who it is.
 */
export class GroupClaims {
  private readonly claims = new Map<string, Map<number, string>>();

  /**
   * @returns the name of the source that the group belongs to, when it is another one: the one that was configured first, at
   *   every start the same.
   */
  claim(clusterId: string, groupId: string, { id, name }: Pick<Source, 'id' | 'name'>): string | undefined {
    const key = JSON.stringify([clusterId, groupId]);
    const sources = this.claims.get(key) ?? new Map<number, string>();
    this.claims.set(key, sources.set(id, name));
    const first = Math.min(...sources.keys());
    return first === id ? undefined : sources.get(first);
  }
}
