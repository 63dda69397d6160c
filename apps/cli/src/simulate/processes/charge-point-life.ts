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
import type { ChargePoint } from '../world.js';
import { beginEvseLife } from './evse-life.js';
import type { Stage } from './stage.js';

const MINUTE = 60;
const SECURITY_EVENTS = [
  { type: 'InvalidFirmwareSignature', techInfo: 'signature check failed for image 4.12.2', critical: true },
  { type: 'SettingSystemTime', techInfo: 'clock moved by -3 s', critical: false },
  { type: 'TamperDetectionActivated', techInfo: 'door contact open/closed', critical: true },
  { type: 'InvalidTLSVersion', techInfo: 'TLSv1.1 refused', critical: true },
] as const;

/**
 * A charge point boots, reports its configuration and its EVSEs, and then now and then drops off the network, sends
 * diagnostics, readings or a security event. Its EVSEs live on their own from the first boot.
 */
export function beginChargePointLife(chargePoint: ChargePoint, stage: Stage): void {
  const { random } = stage;
  stage.in(random.decimal(0, 8 * MINUTE, 1), () => {
    boot(chargePoint, 'PowerUp', stage);
    for (const evse of chargePoint.evses) beginEvseLife(evse, stage);
    scheduleIncident(chargePoint, stage);
  });
}

function boot(chargePoint: ChargePoint, reason: string, stage: Stage): void {
  chargePoint.online = true;
  stage.tell(bootNotification(chargePoint, reason, stage.stamp()));
  stage.tell(networkStatus(chargePoint, stage.stamp()));
  stage.tell(chargePointStatus(chargePoint, stage.stamp()));
  for (const evse of chargePoint.evses) {
    if (evse.status === 'unavailable') evse.status = 'available';
    stage.tell(evseStatus(evse, stage.stamp()));
  }
  stage.tell(syncConfiguration(chargePoint, undefined, stage.stamp()));
}

function scheduleIncident(chargePoint: ChargePoint, stage: Stage): void {
  stage.in(stage.random.waitingTime(20 * MINUTE), () => {
    incident(chargePoint, stage);
    scheduleIncident(chargePoint, stage);
  });
}

function incident(chargePoint: ChargePoint, stage: Stage): void {
  const { random, world } = stage;
  const kind = random.pick(['network', 'network', 'diagnostics', 'security', 'climate', 'climate', 'sync']);
  switch (kind) {
    case 'network':
      return dropOffNetwork(chargePoint, stage);
    case 'diagnostics': {
      const requestId = ++world.counters.request;
      stage.tell(diagnosticsStatus(chargePoint, requestId, 'uploading', stage.stamp()));
      return stage.in(random.int(20, 90), () => {
        stage.tell(diagnosticsStatus(chargePoint, requestId, 'uploaded', stage.stamp()));
      });
    }
    case 'security':
      return stage.tell(securityEvent(chargePoint, random.pick(SECURITY_EVENTS), stage.stamp()));
    case 'climate': {
      const climate = { temperature: random.decimal(8, 44, 1), humidity: random.int(20, 80) };
      return stage.tell(dataTransfer(chargePoint, climate, stage.stamp()));
    }
    case 'sync':
      return stage.tell(syncConfiguration(chargePoint, ++world.counters.request, stage.stamp()));
  }
}

/** Charging goes on meanwhile; only the platform cannot see it. One in three comes back by a reboot. */
function dropOffNetwork(chargePoint: ChargePoint, stage: Stage): void {
  if (!chargePoint.online) return;
  chargePoint.online = false;
  stage.tell(networkStatus(chargePoint, stage.stamp()));
  stage.in(stage.random.int(30, 10 * MINUTE), () => {
    if (stage.random.chance(1 / 3)) return boot(chargePoint, 'Watchdog', stage);
    chargePoint.online = true;
    stage.tell(networkStatus(chargePoint, stage.stamp()));
  });
}
