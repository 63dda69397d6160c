import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { isRowFault, toReadError } from './sql-errors.js';

const coded = (code: string, message = 'as the driver says'): Error =>
  Object.assign(new Error(message), { code });
const codeOf = (error: unknown): string => {
  const told = toReadError(error);
  return told instanceof GatewayError ? told.code : `500 ${told.message}`;
};

describe('toReadError', () => {
  it.each([
    ['08006', 'connection failure'],
    ['57P01', 'shutdown by an administrator'],
    ['57P02', 'crash of another session'],
    ['57P03', 'still starting'],
    ['28P01', 'password changed'],
    ['3D000', 'database dropped'],
    ['25006', 'a standby since the failover'],
    ['25P03', 'ended for its idleness'],
    ['ECONNREFUSED', 'no server'],
    ['ECONNRESET', 'server vanished'],
    ['EPIPE', 'five capitals, like a state of SQL'],
    ['ENOENT', 'no socket file'],
  ])('tells %s as an absent store (%s)', (code) => {
    expect(codeOf(coded(code))).toBe('store-away');
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query read timeout',
    'timeout expired',
  ])('tells the driver’s "%s" as an absent store', (message) => {
    expect(codeOf(new Error(message))).toBe('store-away');
    expect(codeOf(new QueryFailedError('select 1', [], new Error(message)))).toBe('store-away');
  });

  it.each([new QueryRunnerAlreadyReleasedError(), new QueryRunnerProviderAlreadyReleasedError()])(
    'tells what TypeORM says of a transaction without its connection as an absent store (%s)',
    (error) => expect(codeOf(error)).toBe('store-away'),
  );

  it('tells a pool whose connections are all busy, and a server out of resources, as overloaded', () => {
    expect(codeOf(new Error('timeout exceeded when trying to connect'))).toBe('overloaded');
    for (const state of ['53100', '53200', '53300']) expect(codeOf(coded(state))).toBe('overloaded');
  });

  it('tells a statement that took too long', () => {
    expect(codeOf(coded('57014'))).toBe('query-timeout');
  });

  it.each([
    new TypeError("Cannot read properties of undefined (reading 'id')"),
    new RangeError('The value of "value" is out of range'),
    new Error('api_key did not return the row it was given'),
    coded('ERR_INVALID_ARG_TYPE'),
    ...['42703', '22P02', '23505', '23514', '40P01', '25001', 'P0001', 'XX000'].map((code) => coded(code)),
  ])('does not tell an error of ours as an absent store (%s)', (error) => {
    expect(toReadError(error)).toBe(error);
  });

  it('keeps the cause for the log', () => {
    const cause = coded('57P01');
    expect(toReadError(cause).cause).toBe(cause);
  });
});

describe('isRowFault', () => {
  it.each([
    [coded('22021'), true],
    [coded('23502'), true],
    [Object.assign(coded('23514'), { constraint: 'ck_x' }), true],
    [coded('23514'), false],
    [coded('57P01'), false],
    [coded('EPIPE'), false],
    [new TypeError('x'), false],
    [undefined, false],
  ])('%s: %s', (error, expected) => {
    expect(isRowFault(error)).toBe(expected);
  });
});
