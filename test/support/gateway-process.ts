import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PgConnection } from '@chargelog/event-log';
import { eventually } from './eventually.js';

const MAIN = new URL('../../dist/apps/gateway/src/main.js', import.meta.url).pathname;
const START_TIMEOUT_MS = 60_000;

export interface GatewayOptions {
  /** Undefined: the embedded Postgres of the working folder's data directory. */
  readonly database?: PgConnection & { readonly database: string };
  /** Content of chargelog.yaml. */
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder to work in; made (and removed by close) when absent. */
  readonly folder?: string;
  /** Another instance on the same database, whose files of keys this one reads too. */
  readonly keysOf?: GatewayProcess;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: {
    readonly outcome?: string;
    readonly eventId?: string;
    readonly undated?: boolean;
    readonly quarantineId?: string;
    readonly code?: string;
    readonly detail?: string;
  };
}

/** Everything an answer of the API may hold that tests look at. */
export interface ApiAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The built gateway as a process of its own, seen only from outside. */
export class GatewayProcess {
  readonly folder: string;
  readonly adminKey: string;
  /** Two keys, as in the middle of a rotation: the first seals. */
  readonly secretsKeys: readonly string[];
  baseUrl = '';
  output = '';
  private child: ChildProcess | undefined;

  protected constructor(private readonly options: GatewayOptions) {
    const { folder, keysOf } = options;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    this.adminKey = keysOf?.adminKey ?? `clk_${randomBytes(32).toString('base64url')}`;
    this.secretsKeys =
      keysOf?.secretsKeys ?? [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
  }

  static async start(options: GatewayOptions = {}): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(options);
    await gateway.begin();
    return gateway;
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error('the gateway is not running');
    return this.child.pid;
  }

  /** Starts it (again) and waits until it says that it is ready. */
  async restart(): Promise<void> {
    const { exited } = this.spawn();
    await eventually(
      () =>
        /is ready on (http:\/\/\S+)/.exec(this.output)?.[1] ??
        (exited.code === undefined ? undefined : 'exited'),
      (found) => found !== undefined,
      { timeoutMs: START_TIMEOUT_MS },
    );
    if (exited.code !== undefined) throw new Error(`the gateway ended with ${exited.code}:\n${this.output}`);
    this.baseUrl = /is ready on (http:\/\/\S+)/.exec(this.output)?.[1] ?? '';
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to stop, as Ctrl-C does. @returns the exit code */
  async stop(): Promise<number | null> {
    return this.end('SIGINT');
  }

  async close(): Promise<void> {
    if (this.child !== undefined) await this.stop();
    if (this.options.folder === undefined) rmSync(this.folder, { recursive: true, force: true });
  }

  async postWebhook(
    source: string,
    secret: string,
    body: Buffer | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WebhookAnswer> {
    const bytes = Buffer.from(body);
    const response = await fetch(`${this.baseUrl}/webhooks/${source}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: {
        'content-type': 'application/json',
        'x-signature': createHmac('sha256', secret).update(bytes).digest('hex'),
        ...headers,
      },
    });
    return { status: response.status, body: (await response.json()) as WebhookAnswer['body'] };
  }

  /** A call of the API with the admin key. */
  async api<T>(
    path: string,
    init: { method?: string; body?: unknown; key?: string } = {},
  ): Promise<ApiAnswer<T>> {
    const response = await fetch(this.baseUrl + path, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${init.key ?? this.adminKey}` },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
    };
  }

  /** Every event of the feed from the beginning, its body as it was sent. */
  async wholeFeed(): Promise<FeedEvent[]> {
    const events: FeedEvent[] = [];
    for (let path = '/v1/feed?data=raw&limit=1000'; ;) {
      const { status, body } = await this.api<FeedPage>(path);
      if (status !== 200) throw new Error(`the feed answered ${status}`);
      events.push(...body.data);
      if (!body.more) return events;
      path = `/v1/feed?data=raw&limit=1000&after=${body.next}`;
    }
  }

  /** The very first start. */
  protected async begin(): Promise<void> {
    const { yaml, keysOf } = this.options;
    if (yaml !== undefined) writeFileSync(join(this.folder, 'chargelog.yaml'), yaml);
    if (keysOf === undefined) {
      writeFileSync(join(this.folder, 'admin.key'), this.adminKey, { mode: 0o600 });
      writeFileSync(join(this.folder, 'secrets.key'), this.secretsKeys.join('\n'), { mode: 0o600 });
    }
    await this.restart();
  }

  private spawn(): { exited: { code: number | null | undefined } } {
    this.output = '';
    const exited: { code: number | null | undefined } = { code: undefined };
    const keysFolder = this.options.keysOf?.folder ?? this.folder;
    const child = spawn(process.execPath, [MAIN], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: '0',
        LOG_LEVEL: 'warn',
        ...(process.env['PG_BIN_DIR'] === undefined ? {} : { PG_BIN_DIR: process.env['PG_BIN_DIR'] }),
        ...(this.options.database === undefined
          ? {}
          : {
              DATABASE_URL: databaseUrl(this.options.database),
              CHARGELOG_ADMIN_KEY_FILE: join(keysFolder, 'admin.key'),
              CHARGELOG_SECRETS_KEY_FILE: join(keysFolder, 'secrets.key'),
            }),
        ...this.options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('exit', (code) => {
      exited.code = code;
      if (this.child === child) this.child = undefined;
    });
    this.child = child;
    return { exited };
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === undefined) return null;
    const code = new Promise<number | null>((resolve) => {
      child.once('exit', (exitCode) => resolve(exitCode));
    });
    child.kill(signal);
    return code;
  }
}

export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly position: string;
  readonly notification: string;
  readonly transport: string;
  readonly conformance: string;
  readonly undated?: boolean;
  readonly ahead?: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface FeedPage {
  readonly data: readonly FeedEvent[];
  readonly next: string;
  readonly more: boolean;
}

export function databaseUrl(connection: PgConnection & { readonly database: string }): string {
  const { host, port, user, password, database } = connection;
  const auth = `${encodeURIComponent(user ?? '')}:${encodeURIComponent(String(password))}`;
  return host?.startsWith('/') === true
    ? `postgres://${auth}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgres://${auth}@${host}:${port}/${database}`;
}
