import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { NOTIFICATIONS, STANDARD_TABLES, type Field, type StandardTable } from '../index.js';
import { standardsJsonSchema } from './standards-member.js';

const TABLES = Object.keys(STANDARD_TABLES) as StandardTable[];

// The enumerations of the standards, as far as the tables use them.
const OCPP16 = {
  hardwareStatus:
    'Available Preparing Charging SuspendedEVSE SuspendedEV Finishing Reserved Unavailable Faulted',
  stopReason:
    'DeAuthorized EmergencyStop EVDisconnected HardReset Local Other PowerLoss Reboot Remote SoftReset UnlockCommand',
  measurand:
    'Current.Import Current.Offered Energy.Active.Import.Register Power.Active.Import Power.Offered SoC Temperature Voltage',
  diagnosticsStatus: 'Idle Uploaded UploadFailed Uploading',
  authorizationStatus: 'Accepted Blocked Expired Invalid ConcurrentTx',
};
const OCPP201 = {
  stopReason:
    'DeAuthorized EmergencyStop EnergyLimitReached EVDisconnected GroundFault ImmediateReset Local LocalOutOfCredit MasterPass ' +
    'Other OvercurrentFault PowerLoss PowerQuality Reboot Remote SOCLimitReached StoppedByEV Timeout',
  measurand:
    'Current.Import Current.Offered Energy.Active.Import.Register Power.Active.Import Power.Offered SoC Voltage',
  authorizationStatus: 'Accepted Blocked Expired Invalid ConcurrentTx',
};

function wordsOf(table: StandardTable, standard: 'ocpp16' | 'ocpp201'): unknown[] {
  return Object.values(STANDARD_TABLES[table])
    .map((row) => row[standard])
    .filter((word) => word !== undefined);
}

describe('the tables of equivalents', () => {
  it.each(Object.entries(OCPP16))('hold every word of OCPP 1.6 for %s that they know', (table, words) => {
    expect(new Set(wordsOf(table as StandardTable, 'ocpp16'))).toEqual(new Set(words.split(' ')));
  });

  it.each(Object.entries(OCPP201))('hold the words of OCPP 2.0.1 for %s', (table, words) => {
    expect(new Set(wordsOf(table as StandardTable, 'ocpp201'))).toEqual(new Set(words.split(' ')));
  });

  it('hold only values that some notification declares', () => {
    for (const table of TABLES) {
      const declared = new Set(
        NOTIFICATIONS.flatMap(({ body }) => valuesOf({ kind: 'object', members: body }, table)),
      );
      const rows = Object.keys(STANDARD_TABLES[table]).filter((value) => value !== 'null');
      expect(rows.filter((value) => !declared.has(value))).toEqual([]);
    }
  });

  it('fit their schema', () => {
    const fits = new Ajv2020().compile(closed(standardsJsonSchema(TABLES)));
    fits(STANDARD_TABLES);
    expect(fits.errors ?? []).toEqual([]);
    expect(fits({ measurand: { Voltage: { ocpp16: { not: 'text' } } } })).toBe(false);
  });
});

function valuesOf(field: Field, table: StandardTable): (string | number)[] {
  switch (field.kind) {
    case 'enumeration':
      return field.standard === table ? [...field.values] : [];
    case 'list':
      return valuesOf(field.items, table);
    case 'map':
      return valuesOf(field.values, table);
    case 'object':
      return Object.values(field.members).flatMap((member) => valuesOf(member, table));
    default:
      return [];
  }
}

/** The schema with further members forbidden, so that the test shows that it names every member. */
function closed<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  ) as T;
}
