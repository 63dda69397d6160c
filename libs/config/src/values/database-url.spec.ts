import { describe, expect, it } from 'vitest';
import { DatabaseUrl, databaseUrlProblem } from './database-url.js';

describe('databaseUrlProblem', () => {
  it.each([
    ['postgres://user:hunter2@db.example:5433/chargelog', 'db.example:5433/chargelog'],
    ['postgresql://db.example/chargelog?sslmode=require', 'db.example/chargelog'],
    ['postgres://[::1]:5432/chargelog', '[::1]:5432/chargelog'],
    ['postgres:///chargelog?host=/var/run/postgresql', '/var/run/postgresql/chargelog'],
    ['postgres://user:hunter2@/chargelog?host=/var/run/postgresql', '/var/run/postgresql/chargelog'],
    ['postgres://user:hunter2@%2Fvar%2Frun/chargelog', '/var/run/chargelog'],
    ['postgres:///chargelog', 'default socket/chargelog'],
    ['postgres://user@db/charge%20log?password=hunter2', 'db/charge log'],
    ['postgres://user:hunter2%40%23%2F%3F@db/chargelog', 'db/chargelog'],
    ['postgres://user:p@hunter2@db/chargelog', 'db/chargelog'],
  ])('accepts %s and describes it without the password', (text, description) => {
    expect(databaseUrlProblem(text)).toBeUndefined();
    expect(new DatabaseUrl(text).describe()).toBe(description);
  });

  it.each([
    ['mysql://db/chargelog', 'must start with postgres://'],
    ['db.example/chargelog', 'must start with postgres://'],
    ['postgres://db:port/chargelog', 'is not a valid URL'],
    ['postgres://db:5432', 'names no database'],
    ['postgres://db/', 'names no database'],
    ['postgres://a,b/chargelog', 'names several hosts'],
    ['postgres://db/chargelog ', 'holds white space'],
    ['postgres://user:hun%zzter2@db/chargelog', 'holds a "%"'],
    // What an unescaped password makes of a URL: part of it becomes the host, the port or the name.
    ['postgres://user:hun@ter#2@db/chargelog', 'holds a "#"'],
    ['postgres://user:12/hunter2@db/chargelog', 'has a database name with'],
    ['postgres://user:12/hunter2@db', 'has a database name with'],
    ['postgres://user:12?hunter2@db/chargelog', 'names no database'],
    ['postgres://user:hunter?2@db/chargelog', 'is not a valid URL'],
  ])('refuses %s', (text, why) => {
    const problem = databaseUrlProblem(text);
    expect(problem).toContain(why);
    expect(problem).not.toMatch(/hun|ter2/);
  });
});
