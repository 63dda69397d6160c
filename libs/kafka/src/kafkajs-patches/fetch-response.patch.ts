import { decodeFetchResponse } from '../wire/fetch-response.js';
import { patchInnerModule, patchOnce } from './patch-once.js';

/** The part of kafkajs 2.2.4's `src/protocol/requests/fetch/v11/response` that the patch replaces. */
interface FetchResponseModule {
  decode: (bytes: Buffer) => Promise<unknown>;
}

/**
 * Replaces the reader of fetch answers in kafkajs (version 11 of the call, which brokers from 2.3 on speak), because of
 * what a single record of one partition can do with the client's own:
 *
 * - 20,000 headers stop the process for minutes, 125,000 records in a batch stop the consumer;
 * - a batch that cannot be read (damaged, unknown method of compression) stops all other partitions too;
 * - damage is not noticed, because checksums are not looked at, and garbage is taken for records;
 * - a batch that compaction has emptied is asked for again and again, without an error;
 * - compressed batches take as much memory as they like.
 *
 * Can be removed with kafkajs only (ADR 0005).
 *
 * @returns undefined when in place, otherwise why it is not; the intake works either way.
 */
export function applyFetchResponsePatch(): string | undefined {
  return patchInnerModule('protocol/requests/fetch/v11/response', (inner, version) =>
    patchOnce(inner as FetchResponseModule, 'fetch-response', version, (response) => {
      const original = response.decode;
      if (typeof original !== 'function') return 'the fetch response of kafkajs does not look as expected';
      response.decode = async (bytes) => (await decodeFetchResponse(bytes)) ?? original(bytes);
      return undefined;
    }),
  );
}
