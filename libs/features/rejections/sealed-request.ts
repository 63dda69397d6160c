import type { Sealed, SealedRows } from '@chargelog/features/sealing';
import { single, type RejectedRequest } from '@chargelog/webhook';
import type { RejectionStore } from './rejection.store.js';

/** What seals headers and bodies, and opens them again: AES-256-GCM under the gateway's key file. */
export interface Sealer {
  seal(plaintext: Buffer, context: string): Sealed;
  /** Runs work that seals and stores, so that no key is dropped in between. */
  whileStoring<T>(work: () => Promise<T>): Promise<T>;
  /** Undefined when no key opens it, or it is not what was sealed for this context. */
  open(sealed: Sealed, context: string): Buffer | undefined;
}

export interface RequestContent {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Proof of somebody's identity elsewhere; explains no signature. */
const NEVER_KEPT = new Set(['authorization', 'proxy-authorization', 'cookie']);
/** Under which a delivery to a wrong path keeps that path, as it was sent, without its query string. */
export const PATH_HEADER = ':path';
const LENGTH_BYTES = 4;

/** What a rejection's ciphertext is bound to. Part of what is stored: never to be changed. */
export function rejectionContext(id: string): string {
  return `rejection/${id}`;
}

/** Four bytes of length, the headers as JSON, the body as it came; bound to the rejection's id. */
export function sealRequest(
  sealer: Sealer,
  id: string,
  request: Pick<RejectedRequest, 'headers' | 'body' | 'misdirectedTo'>,
): Sealed {
  const kept: Record<string, string> = {};
  if (request.misdirectedTo !== undefined) kept[PATH_HEADER] = request.misdirectedTo;
  for (const [name, value] of Object.entries(request.headers)) {
    const text = single(value);
    if (text !== undefined && !NEVER_KEPT.has(name)) kept[name] = text;
  }
  const headers = Buffer.from(JSON.stringify(kept), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(headers.length);
  return sealer.seal(Buffer.concat([length, headers, request.body]), rejectionContext(id));
}

/** Undefined when it cannot be opened with the keys there are today. */
export function openRequest(sealer: Sealer, id: string, sealed: Sealed): RequestContent | undefined {
  const plain = sealer.open(sealed, rejectionContext(id));
  if (plain === undefined) return undefined;
  const end = LENGTH_BYTES + plain.readUInt32BE(0);
  return {
    headers: JSON.parse(plain.subarray(LENGTH_BYTES, end).toString('utf8')) as Record<string, string>,
    body: plain.subarray(end),
  };
}

/** The kept rejections, for the rotation of the key that seals them. */
export function sealedRejections(store: Pick<RejectionStore, 'sealedOtherwise' | 'reseal'>): SealedRows {
  return {
    async *sealedOtherwise(keyId) {
      for (let after: string | undefined; ;) {
        const page = await store.sealedOtherwise(keyId, after);
        after = page.at(-1)?.id;
        if (after === undefined) return;
        yield page.map(({ id, sealed }) => ({ id, sealed, context: rejectionContext(id) }));
      }
    },
    replace: (rows) => store.reseal(rows),
  };
}
