import type { JsonValue } from '@chargelog/domain';
import { round } from '../../random.js';
import type { NotificationBody, Stamp } from '../notification.js';
import type { ChargePoint, Evse, Location } from '../world.js';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

export function chargePointChanged(chargePoint: ChargePoint, at: Stamp): NotificationBody {
  return {
    notification: 'chargePoint.changed',
    chargePointId: chargePoint.id,
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

export function evseChanged(evse: Evse, at: Stamp): NotificationBody {
  return { notification: 'evse.changed', evseId: evse.id, action: 'updated', lastUpdatedAt: at.seconds };
}

export function locationChanged(location: Location, at: Stamp): NotificationBody {
  const { site } = location;
  const open: JsonValue = [{ start: `${String(location.openingHour).padStart(2, '0')}:00`, end: '22:00' }];
  const image = `https://cdn.example.com/site-0${location.id}`;
  return {
    notification: 'LocationChangedNotification',
    location: {
      id: location.id,
      public_charge_points: location.chargePoints.length,
      public_charge_points_ids: location.chargePoints.map(({ id }) => id),
      name: site.name,
      status: 'active',
      description: { en: 'Open car park, bays 40/46' },
      detailed_description: { en: null },
      additional_description: { en: null },
      geoposition: { latitude: site.latitude, longitude: site.longitude },
      address: site.address,
      post_code: site.postCode,
      region: site.region,
      city: site.city,
      country: site.country,
      external_id: `SITE-0${location.id}`,
      timezone: site.timezone,
      location_image: null,
      images: [{ original: `${image}.jpg`, thumbnail: `${image}-t.jpg`, mimeType: 'image/jpeg' }],
      working_hours: {
        is_always_open: false,
        stop_session_outside_working_hours: false,
        hours: { ...Object.fromEntries(WEEKDAYS.map((day) => [day, open])), sunday: [] },
        always_open_for_user_group_ids: [3],
      },
      lastUpdatedAt: at.seconds,
    },
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

export function circuitChanged(location: Location, at: Stamp): NotificationBody {
  return {
    notification: 'circuit.changed',
    circuitId: location.circuitId,
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

/** `amperes` is the current per phase; phases never carry quite the same. */
export function circuitConsumption(location: Location, amperes: number, at: Stamp): NotificationBody {
  const phase = (name: string, share: number): JsonValue => ({
    phase: name,
    consumption: round(amperes * share, 1),
    lastUpdatedAt: at.seconds,
  });
  return {
    notification: 'CircuitConsumptionNotification',
    circuitId: location.circuitId,
    maxCurrent: 250,
    minChargePointCurrent: 6,
    currentConsumption: [phase('L1', 1), phase('L2', 1.03), phase('L3', 0.99)],
  };
}

export function parkingSpaceOccupancy(
  parkingSpaceId: number,
  occupancyStatus: 'available' | 'occupied',
  at: Stamp,
): NotificationBody {
  return {
    notification: 'parkingSpace.occupancyStatus.changed',
    parkingSpaceId,
    occupancyStatus,
    lastUpdatedAt: at.seconds,
  };
}

export function reservationChanged(
  reservationId: number,
  status: 'active' | 'expired' | 'canceled' | 'done',
  at: Stamp,
): NotificationBody {
  return { notification: 'reservation.changed', reservationId, status, lastUpdatedAt: at.seconds };
}

export function partnerChanged(partnerId: number, at: Stamp): NotificationBody {
  return { notification: 'partner.changed', partnerId, action: 'updated', lastUpdatedAt: at.seconds };
}

/** A name that AMPECO does not have (yet): receivers must accept it. */
export function depotSlotAssigned(slotId: number, evse: Evse, at: Stamp): NotificationBody {
  return {
    notification: 'depot.slotAssigned',
    slotId,
    evseId: evse.id,
    vehicle: { plate: `BUS ${slotId % 1_000}`, line: '94/X' },
    lastUpdatedAt: at.seconds,
  };
}
