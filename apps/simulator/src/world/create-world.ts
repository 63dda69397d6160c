import type { Random } from '../random.js';
import { MODELS, PEOPLE, SITES } from './places-and-people.js';
import type { ChargePoint, Counters, Evse, Location, Tariff, User, World } from './world.js';

const FIRST_CHARGE_POINT_ID = 1_187;
const COUNTERS_BEGIN_AT = Date.UTC(2026, 0, 1);

/**
 * The operator's sites, charge points, users and tariffs. Their ids are the same in every run, so that a second run goes
 * on with the same charge points; ids of sessions, transactions and the like grow with `startedAt`.
 */
export function createWorld(random: Random, chargePointCount: number, startedAt: number): World {
  const tariffs = createTariffs();
  const locations = SITES.slice(0, Math.max(1, Math.ceil(chargePointCount / 3))).map((site, index) => ({
    id: 318 + index,
    site,
    circuitId: 42 + index,
    utcOffsetMinutes: zoneOffsetMinutes(site.timezone, startedAt),
    chargePoints: [],
    openingHour: 7,
  }));
  const chargePoints: ChargePoint[] = [];
  for (let index = 0; index < chargePointCount; index++) {
    const location: Location = locations[index % locations.length]!;
    const chargePoint = createChargePoint(index, location, tariffs, random);
    location.chargePoints.push(chargePoint);
    chargePoints.push(chargePoint);
  }
  const evses = chargePoints.flatMap((chargePoint) => chargePoint.evses);
  return {
    locations,
    chargePoints,
    evses,
    tariffs,
    // More people than places to charge, or nobody would be free to arrive.
    users: Array.from({ length: evses.length * 3 + 6 }, (_, index) => createUser(index, random)),
    counters: createCounters(startedAt),
  };
}

function createCounters(startedAt: number): Counters {
  const age = Math.max(0, Math.floor((startedAt - COUNTERS_BEGIN_AT) / 1_000));
  return {
    session: 904_512 + age,
    authorization: 733_018 + age,
    chargingPeriod: 1_902_231 + age,
    tariffSnapshot: 5_512 + Math.floor(age / 60),
    transaction: 810_077 + age,
    reservation: 30_441 + Math.floor(age / 60),
    request: 61_204 + Math.floor(age / 60),
    chargingProfile: 8_801 + Math.floor(age / 60),
    partnerInvite: 9_017 + Math.floor(age / 600),
    slot: 100 + Math.floor(age / 60),
  };
}

function createTariffs(): Tariff[] {
  return [
    { id: 211, name: 'Public DC 2026', pricePerKwh: 0.45, connectionFee: 0.5 },
    { id: 212, name: 'Public AC 2026', pricePerKwh: 0.29, connectionFee: 0 },
  ];
}

function createChargePoint(
  index: number,
  location: Location,
  tariffs: readonly Tariff[],
  random: Random,
): ChargePoint {
  const model = MODELS[index % MODELS.length]!;
  const city = location.site.city.slice(0, 3).toUpperCase();
  const evses: Evse[] = [];
  const chargePoint: ChargePoint = {
    id: FIRST_CHARGE_POINT_ID + index,
    name: `${location.site.name.en} ${String(Math.floor(index / SITES.length) + 1).padStart(2, '0')}`,
    serial: `${city}-${String(418_823 + index * 17).padStart(8, '0')}`,
    model,
    location,
    evses,
    online: false,
  };
  for (const [position, maxPower] of model.evses.entries()) {
    const number = index * 2 + position;
    evses.push({
      id: 2_291 + number,
      connectorId: 4_410 + number,
      chargePoint,
      physicalReference: String(93_541 + number),
      maxPower,
      tariff: tariffs[model.currentType === 'dc' ? 0 : 1]!,
      parkingSpaceId: random.chance(0.5) ? 61 + number : undefined,
      status: 'unavailable',
      meterRegister: 4_000_000 + random.int(0, 2_000_000),
      session: undefined,
    });
  }
  return chargePoint;
}

function createUser(index: number, random: Random): User {
  const person = PEOPLE[index % PEOPLE.length]!;
  return {
    id: 55_321 + index,
    person,
    email: `driver${index + 1}@example.com`,
    phone: `+3598880${String(10_000 + index)}`,
    idTag: `04${(0xa2b91c5e6f80n + BigInt(index) * 0x1f3n).toString(16).toUpperCase().padStart(12, '0')}`,
    idTagId: 12_088 + index,
    paymentMethodId: String(30_188 + index),
    paysFrom: random.chance(0.3) ? 'balance' : 'tokenized',
    subscriptionPlanId: 18 + (index % 3),
    createdAt: new Date(Date.UTC(2025, 4, 1) + index * 86_413_000).toISOString().replace(/\.\d+Z$/, '+00:00'),
    balance: random.int(10, 60),
    charging: false,
  };
}

/** Minutes ahead of UTC of an IANA time zone at an instant. */
export function zoneOffsetMinutes(timezone: string, ms: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
