// To add a notification: `npm run new:notification -- NAME` makes `NAME.ts` here, lists it below and prints what is left to do.
// To add a field: add it to `body` in the notification's file, or in `../blocks` when several notifications share the object.
// Then write the schema and the page with `npm run generate:notifications`, and docs/openapi.json with
// `npx vitest run --config test/vitest.config.ts --project unit test/unit -u`.
import type { CatalogueEntry } from '../entry.js';
import { bootNotification } from './BootNotification.js';
import { chargePointChangedNotification } from './ChargePointChangedNotification.js';
import { chargePointChanged } from './chargePoint.changed.js';
import { evseChanged } from './evse.changed.js';
import { chargePointSyncConfigurationNotification } from './ChargePointSyncConfigurationNotification.js';
import { diagnosticsStatusNotification } from './DiagnosticsStatusNotification.js';
import { firmwareStatusNotification } from './FirmwareStatusNotification.js';
import { hardwareStatusNotification } from './HardwareStatusNotification.js';
import { networkStatusNotification } from './NetworkStatusNotification.js';
import { securityEventNotification } from './SecurityEventNotification.js';
import { chargePointDataTransferReceived } from './chargePoint.dataTransferReceived.js';
import { chargingProfileApplied } from './chargingProfile.applied.js';
import { sessionStartStopOldNotification } from './SessionStartStopNotification.js';
import { sessionStartStopNotification } from './session.start.stop.notification.js';
import { sessionUpdateNotification } from './SessionUpdateNotification.js';
import { sessionMeterValuesNotification } from './SessionMeterValuesNotification.js';
import { authorizationNotification } from './AuthorizationNotification.js';
import { authorizationChanged } from './authorization.changed.js';
import { circuitConsumptionNotification } from './CircuitConsumptionNotification.js';
import { circuitChanged } from './circuit.changed.js';
import { locationChangedNotification } from './LocationChangedNotification.js';
import { tariffChangedNotification } from './TariffChangedNotification.js';
import { userChangedNotification } from './UserChangedNotification.js';
import { userInvoiceDetailsChanged } from './user.invoiceDetails.changed.js';
import { userPaymentMethodChanged } from './user.paymentMethod.changed.js';
import { paymentMethodChangedNotification } from './PaymentMethodChangedNotification.js';
import { userSubscriptionChangedOld } from './user.subscriptionChanged.js';
import { userSubscriptionChanged } from './user.subscription.changed.js';
import { userBalanceChanged } from './userBalance.changed.js';
import { partnerChangedNotification } from './PartnerChangedNotification.js';
import { partnerChanged } from './partner.changed.js';
import { partnerInviteChanged } from './partnerInvite.changed.js';
import { partnerInviteChangedNotification } from './PartnerInviteChangedNotification.js';
import { subOperatorChangedNotification } from './SubOperatorChangedNotification.js';
import { reservationChanged } from './reservation.changed.js';
import { reservationChangedNotification } from './ReservationChangedNotification.js';
import { idTagChanged } from './idTag.changed.js';
import { roamingPlatformChanged } from './roamingPlatform.changed.js';
import { transactionChanged } from './transaction.changed.js';
import { subscriptionPlanChanged } from './subscriptionPlan.changed.js';
import { settlementReportCreated } from './settlementReport.created.js';
import { cdrReceived } from './cdr.received.js';
import { installerJobChanged } from './installerJob.changed.js';
import { issueChangedNotification } from './IssueChangedNotification.js';
import { parkingSpaceOccupancyStatusChanged } from './parkingSpace.occupancyStatus.changed.js';

/** Every notification name we know of. The reference lists them in this order. */
export const NOTIFICATIONS: readonly CatalogueEntry[] = [
  bootNotification,
  chargePointChangedNotification,
  chargePointChanged,
  evseChanged,
  chargePointSyncConfigurationNotification,
  diagnosticsStatusNotification,
  firmwareStatusNotification,
  hardwareStatusNotification,
  networkStatusNotification,
  securityEventNotification,
  chargePointDataTransferReceived,
  chargingProfileApplied,
  sessionStartStopOldNotification,
  sessionStartStopNotification,
  sessionUpdateNotification,
  sessionMeterValuesNotification,
  authorizationNotification,
  authorizationChanged,
  circuitConsumptionNotification,
  circuitChanged,
  locationChangedNotification,
  tariffChangedNotification,
  userChangedNotification,
  userInvoiceDetailsChanged,
  userPaymentMethodChanged,
  paymentMethodChangedNotification,
  userSubscriptionChangedOld,
  userSubscriptionChanged,
  userBalanceChanged,
  partnerChangedNotification,
  partnerChanged,
  partnerInviteChanged,
  partnerInviteChangedNotification,
  subOperatorChangedNotification,
  reservationChanged,
  reservationChangedNotification,
  idTagChanged,
  roamingPlatformChanged,
  transactionChanged,
  subscriptionPlanChanged,
  settlementReportCreated,
  cdrReceived,
  installerJobChanged,
  issueChangedNotification,
  parkingSpaceOccupancyStatusChanged,
];
