import type { ProtocolCall } from '../kafkajs-patches/inner-cluster.js';

/** A call of the Kafka protocol that kafkajs does not know: how it is written and its answer read. */
export interface OwnCall<T> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** All that follows the client id in the header. */
  readonly body: () => Buffer;
  /** @param bytes all that follows the correlation id in the header of the answer */
  readonly read: (bytes: Buffer) => T;
}

/** The same as kafkajs takes it; `send` then gives what `read` does, in the member `answer`. */
export function toProtocolCall<T>({ apiKey, apiVersion, apiName, body, read }: OwnCall<T>): ProtocolCall {
  return {
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: () => {
        const buffer = body();
        // What the client asks of its own encoder.
        return Promise.resolve({ buf: buffer, buffer });
      },
    },
    response: {
      decode: (bytes) => Promise.resolve().then(() => ({ answer: read(bytes) })),
      parse: (answer) => Promise.resolve(answer),
    },
  };
}
