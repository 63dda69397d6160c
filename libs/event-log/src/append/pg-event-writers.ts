import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { EventWriters, type EventLog, type WriterOptions } from '@chargelog/pipeline';
import type { PgConnection } from '../database/pg-connection.js';
import type { Dictionaries } from '../names/dictionaries.js';
import { PgEventLog, type PgEventLogOptions } from './pg-event-log.js';

/** Writers that name events by the catalogue of this version. */
export class PgEventWriters extends EventWriters {
  constructor(
    private readonly connection: PgConnection,
    private readonly dictionaries: Dictionaries,
    private readonly log: PgEventLogOptions['log'],
  ) {
    super();
  }

  /** It connects when the first batch comes. */
  open(options: WriterOptions): EventLog {
    const { connection, dictionaries, log } = this;
    return new PgEventLog({ connection, dictionaries, catalogueVersion: CATALOGUE_VERSION, log, ...options });
  }
}
