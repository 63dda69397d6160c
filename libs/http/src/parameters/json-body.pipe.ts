import { GatewayError } from '@chargelog/domain';
import { Injectable, type PipeTransform } from '@nestjs/common';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies reach every route as bytes (the webhook door needs them exact); the API's own calls read JSON from them. */
@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, object> {
  transform(body: unknown): object {
    let value: unknown;
    if (!Buffer.isBuffer(body) || body.length === 0) {
      throw new GatewayError('invalid-body', 'The request has no body; this call needs a JSON object.');
    }
    try {
      value = JSON.parse(utf8.decode(body));
    } catch {
      throw new GatewayError('invalid-body', 'The request body is not JSON in UTF-8.');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new GatewayError('invalid-body', 'The request body must be a JSON object.');
    }
    return value;
  }
}
