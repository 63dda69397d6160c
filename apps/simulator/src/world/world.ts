import type { Random } from '../random.js';
import type { NotificationBody, Stamp } from './notification.js';
import type { MODELS, PEOPLE, SITES } from './places-and-people.js';

export type HardwareStatus =
  | 'available'
  | 'preparing'
  | 'charging'
  | 'suspendedEV'
  | 'finishing'
  | 'reserved'
  | 'unavailable'
  | 'faulted';

export interface Location {
  readonly id: number;
  readonly site: (typeof SITES)[number];
  readonly circuitId: number;
  readonly utcOffsetMinutes: number;
  readonly chargePoints: ChargePoint[];
  openingHour: number;
}

export interface ChargePoint {
  readonly id: number;
  readonly name: string;
  readonly serial: string;
  readonly model: (typeof MODELS)[number];
  readonly location: Location;
  readonly evses: Evse[];
  online: boolean;
}

export interface Evse {
  readonly id: number;
  readonly connectorId: number;
  readonly chargePoint: ChargePoint;
  readonly physicalReference: string;
  /** W */
  readonly maxPower: number;
  readonly tariff: Tariff;
  /** Absent where the bay has no sensor. */
  readonly parkingSpaceId: number | undefined;
  status: HardwareStatus;
  /** Wh, only ever grows. */
  meterRegister: number;
  session: Session | undefined;
}

export interface User {
  readonly id: number;
  readonly person: (typeof PEOPLE)[number];
  readonly email: string;
  readonly phone: string;
  readonly idTag: string;
  readonly idTagId: number;
  readonly paymentMethodId: string;
  readonly paysFrom: 'tokenized' | 'balance';
  readonly subscriptionPlanId: number;
  /** ISO 8601 seconds. */
  readonly createdAt: string;
  balance: number;
  charging: boolean;
}

export interface Tariff {
  readonly id: number;
  readonly name: string;
  pricePerKwh: number;
  readonly connectionFee: number;
}

export interface Session {
  readonly id: number;
  readonly evse: Evse;
  readonly user: User;
  readonly authorizationId: number;
  readonly authorizedAt: string;
  readonly chargingPeriodId: number;
  readonly tariffSnapshotId: number;
  /** As it was when the session began. */
  readonly pricePerKwh: number;
  /** ms since 1970 UTC. */
  readonly startedAtMs: number;
  readonly startedAt: string;
  /** Wh, the register when it began. */
  readonly meterStart: number;
  /** Wh at which the vehicle has enough. */
  readonly target: number;
  /** Percent at the start; DC only, where the vehicle reports it. */
  readonly socAtStart: number;
  /** Wh */
  readonly batteryCapacity: number;
  /** Wh so far. */
  energy: number;
  /** W */
  power: number;
  peakPower: number;
  /** Simulated seconds so far. */
  elapsed: number;
  chargingState: 'charging' | 'idle';
  finished: boolean;
}

/** Ids that AMPECO gives to new sessions, transactions and the like. They only grow, within a run and from one run to the next. */
export interface Counters {
  session: number;
  authorization: number;
  chargingPeriod: number;
  tariffSnapshot: number;
  transaction: number;
  reservation: number;
  request: number;
  chargingProfile: number;
  partnerInvite: number;
  slot: number;
}

export interface World {
  readonly locations: readonly Location[];
  readonly chargePoints: readonly ChargePoint[];
  readonly evses: readonly Evse[];
  readonly users: readonly User[];
  readonly tariffs: readonly Tariff[];
  readonly counters: Counters;
}

/** What the processes of the world work with. */
export interface ProcessContext {
  readonly world: World;
  readonly random: Random;
  /** The present instant; every call is at least a microsecond after the one before. */
  stamp(): Stamp;
  /** Gives AMPECO a notification to send. */
  emit(body: NotificationBody): void;
  /** Continues the process after so many seconds of simulated time. */
  in(seconds: number, act: () => void): void;
}
