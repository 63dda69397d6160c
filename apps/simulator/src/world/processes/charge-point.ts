import {
  bootNotification,
  chargePointStatus,
  dataTransfer,
  diagnosticsStatus,
  evseStatus,
  networkStatus,
  securityEvent,
  syncConfiguration,
} from '../bodies/charge-point.js';
import type { ChargePoint, ProcessContext } from '../world.js';
import { beginEvseLife } from './evse.js';

const MINUTE = 60;
const SECURITY_EVENTS = [
  { type: 'InvalidFirmwareSignature', techInfo: 'signature check failed for image 4.12.2', critical: true },
  { type: 'SettingSystemTime', techInfo: 'clock moved by -3 s', critical: false },
  { type: 'TamperDetectionActivated', techInfo: 'door contact open/closed', critical: true },
  { type: 'InvalidTLSVersion', techInfo: 'TLSv1.1 refused', critical: true },
] as const;

/**
 * A charge point boots, reports its configuration and its EVSEs, and then now and then drops off the network, sends
 * diagnostics, readings or a security event. From the first boot on its EVSEs have processes of their own.
 */
export function beginChargePointLife(chargePoint: ChargePoint, context: ProcessContext): void {
  const { random } = context;
  context.in(random.decimal(0, 8 * MINUTE, 1), () => {
    boot(chargePoint, 'PowerUp', context);
    for (const evse of chargePoint.evses) beginEvseLife(evse, context);
    scheduleIncident(chargePoint, context);
  });
}

function boot(chargePoint: ChargePoint, reason: string, context: ProcessContext): void {
  chargePoint.online = true;
  context.emit(bootNotification(chargePoint, reason, context.stamp()));
  context.emit(networkStatus(chargePoint, context.stamp()));
  context.emit(chargePointStatus(chargePoint, context.stamp()));
  for (const evse of chargePoint.evses) {
    if (evse.status === 'unavailable') evse.status = 'available';
    context.emit(evseStatus(evse, context.stamp()));
  }
  context.emit(syncConfiguration(chargePoint, undefined, context.stamp()));
}

function scheduleIncident(chargePoint: ChargePoint, context: ProcessContext): void {
  context.in(context.random.waitingTime(20 * MINUTE), () => {
    incident(chargePoint, context);
    scheduleIncident(chargePoint, context);
  });
}

function incident(chargePoint: ChargePoint, context: ProcessContext): void {
  const { random, world } = context;
  const kind = random.pick(['network', 'network', 'diagnostics', 'security', 'climate', 'climate', 'sync']);
  switch (kind) {
    case 'network':
      return dropOffNetwork(chargePoint, context);
    case 'diagnostics': {
      const requestId = ++world.counters.request;
      context.emit(diagnosticsStatus(chargePoint, requestId, 'uploading', context.stamp()));
      return context.in(random.int(20, 90), () => {
        context.emit(diagnosticsStatus(chargePoint, requestId, 'uploaded', context.stamp()));
      });
    }
    case 'security':
      return context.emit(securityEvent(chargePoint, random.pick(SECURITY_EVENTS), context.stamp()));
    case 'climate': {
      const climate = { temperature: random.decimal(8, 44, 1), humidity: random.int(20, 80) };
      return context.emit(dataTransfer(chargePoint, climate, context.stamp()));
    }
    case 'sync':
      return context.emit(syncConfiguration(chargePoint, ++world.counters.request, context.stamp()));
  }
}

/** Charging goes on meanwhile; only the platform cannot see it. One in three comes back by a reboot. */
function dropOffNetwork(chargePoint: ChargePoint, context: ProcessContext): void {
  if (!chargePoint.online) return;
  chargePoint.online = false;
  context.emit(networkStatus(chargePoint, context.stamp()));
  context.in(context.random.int(30, 10 * MINUTE), () => {
    if (context.random.chance(1 / 3)) return boot(chargePoint, 'Watchdog', context);
    chargePoint.online = true;
    context.emit(networkStatus(chargePoint, context.stamp()));
  });
}
