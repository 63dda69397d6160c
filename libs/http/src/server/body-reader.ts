import type { IncomingMessage } from 'node:http';
import { GatewayError } from '@chargelog/domain';

export interface BodyLimits {
  /** Most bytes of one body. */
  readonly maxBytes: number;
  /** Most bytes of all bodies that are being received at one time. */
  readonly maxBytesInFlight: number;
}

type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Reads bodies whole, as bytes. Counts what has really arrived rather than what was announced: who announces much and
 * sends nothing holds no memory, and must not use up the share of others.
 */
export class BodyReader {
  private inFlight = 0;

  constructor(private readonly limits: BodyLimits) {}

  get bytesInFlight(): number {
    return this.inFlight;
  }

  /** Calls back once, with `too-large` or `overloaded` where a limit is met; what still comes is not read any more. */
  read(request: IncomingMessage, done: Done): void {
    const announced = Number(request.headers['content-length']);
    if (announced > this.limits.maxBytes) {
      done(tooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let received = 0;
    const finish: Done = (error, body) => {
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      // A listener stays for a connection that breaks while the refusal goes out; without one it would end the process.
      if (error !== null) request.on('error', () => undefined);
      this.inFlight -= received;
      done(error, body);
    };
    const onData = (chunk: Buffer): void => {
      received += chunk.length;
      this.inFlight += chunk.length;
      if (received > this.limits.maxBytes) finish(tooLarge());
      else if (this.inFlight > this.limits.maxBytesInFlight) finish(overloaded());
      else chunks.push(chunk);
    };
    // Copied even when it came in one piece: the chunk is a view of the socket's buffer of 64 KiB, which a delivery that
    // waits to be stored would keep alive.
    const onEnd = (): void => finish(null, Buffer.concat(chunks, received));
    const onBroken = (): void =>
      finish(new GatewayError('invalid-body', 'The request ended before its body did.'));
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  }
}

function tooLarge(): GatewayError {
  return new GatewayError('too-large', 'The body is larger than this gateway accepts.');
}

function overloaded(): GatewayError {
  return new GatewayError('overloaded', 'Too many bodies are being received. Send again shortly.', {
    retryAfter: 1,
  });
}
