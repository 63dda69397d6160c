import type { LoggerService } from '@nestjs/common';
import { destination, pino, type Logger } from 'pino';

/** What libraries need of a logger: a level, a constant message, and the facts in fields. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;

/** Token of the {@link Log} of the process. */
export const LOGGER = Symbol('Log');

/** Kept in memory while standard error takes nothing; further lines are dropped. */
const MOST_UNWRITTEN_BYTES = 1024 * 1024;

/**
 * One structured logger for the whole process, JSON lines on stderr: stdout belongs to what a person asked for. Nothing
 * is logged per event at `info`; counts are what metrics are for.
 */
export function createLogger(level: string): Logger {
  // Synchronous: the lines that matter most are the last ones of a dying process.
  const output = destination({ fd: 2, sync: true, maxLength: MOST_UNWRITTEN_BYTES });
  // A full disk or a closed terminal: lines are lost, the gateway is not. What fits is written when it can be again.
  output.on('error', () => undefined);
  return pino(
    {
      level,
      base: { app: 'chargelog' },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: (error: unknown) => serializeError(error) },
    },
    output,
  );
}

export function toLog(logger: Logger): Log {
  return (level, message, fields = {}) => logger[level](fields, message);
}

/** Chains are short; one that leads back to itself must not end the process that wants to log it. */
const MAX_CAUSES = 5;
/** SQLSTATE class 22, data exceptions: their messages quote the value that was refused. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;

/**
 * Only what explains an error. Database errors carry the row they choked on in `detail` and `where`, that is, other
 * people's personal data; so those members are left out, and values quoted in the message of a data exception too.
 */
export function serializeError(error: unknown, causesLeft = MAX_CAUSES): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : `thrown: ${typeof error}`;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  const message =
    typeof code === 'string' && DATA_EXCEPTION.test(code)
      ? error.message.replace(/".*"/s, '"…"')
      : error.message;
  return {
    type: error.constructor.name,
    message,
    stack: error.stack?.replace(error.message, () => message),
    code,
    constraint,
    cause:
      error.cause === undefined || causesLeft === 0 ? undefined : serializeError(error.cause, causesLeft - 1),
  };
}

/** Nest's own messages go the same way; its start-up chatter is only for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    this.logger.error({ stack, context }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: unknown): void {
    this.logger.trace({ context }, String(message));
  }
}
