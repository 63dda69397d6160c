import type { CatalogueEntry } from '../entry.js';
import { authorizationNotification } from './AuthorizationNotification/entry.js';
import { bootNotification } from './BootNotification/entry.js';
import { chargePointChangedNotification } from './ChargePointChangedNotification/entry.js';
import { chargePointSyncConfigurationNotification } from './ChargePointSyncConfigurationNotification/entry.js';
import { circuitConsumptionNotification } from './CircuitConsumptionNotification/entry.js';
import { diagnosticsStatusNotification } from './DiagnosticsStatusNotification/entry.js';
import { firmwareStatusNotification } from './FirmwareStatusNotification/entry.js';
import { hardwareStatusNotification } from './HardwareStatusNotification/entry.js';
import { issueChangedNotification } from './IssueChangedNotification/entry.js';
import { locationChangedNotification } from './LocationChangedNotification/entry.js';
import { networkStatusNotification } from './NetworkStatusNotification/entry.js';
import { partnerChangedNotification } from './PartnerChangedNotification/entry.js';
import { partnerInviteChangedNotification } from './PartnerInviteChangedNotification/entry.js';
import { paymentMethodChangedNotification } from './PaymentMethodChangedNotification/entry.js';
import { reservationChangedNotification } from './ReservationChangedNotification/entry.js';
import { securityEventNotification } from './SecurityEventNotification/entry.js';
import { sessionMeterValuesNotification } from './SessionMeterValuesNotification/entry.js';
import { sessionStartStopOldNotification } from './SessionStartStopNotification/entry.js';
import { sessionUpdateNotification } from './SessionUpdateNotification/entry.js';
import { subOperatorChangedNotification } from './SubOperatorChangedNotification/entry.js';
import { tariffChangedNotification } from './TariffChangedNotification/entry.js';
import { userChangedNotification } from './UserChangedNotification/entry.js';
import { authorizationChanged } from './authorization.changed/entry.js';
import { cdrReceived } from './cdr.received/entry.js';
import { chargePointChanged } from './chargePoint.changed/entry.js';
import { chargePointDataTransferReceived } from './chargePoint.dataTransferReceived/entry.js';
import { chargingProfileApplied } from './chargingProfile.applied/entry.js';
import { circuitChanged } from './circuit.changed/entry.js';
import { evseChanged } from './evse.changed/entry.js';
import { idTagChanged } from './idTag.changed/entry.js';
import { installerJobChanged } from './installerJob.changed/entry.js';
import { parkingSpaceOccupancyStatusChanged } from './parkingSpace.occupancyStatus.changed/entry.js';
import { partnerChanged } from './partner.changed/entry.js';
import { partnerInviteChanged } from './partnerInvite.changed/entry.js';
import { reservationChanged } from './reservation.changed/entry.js';
import { roamingPlatformChanged } from './roamingPlatform.changed/entry.js';
import { sessionStartStopNotification } from './session.start.stop.notification/entry.js';
import { settlementReportCreated } from './settlementReport.created/entry.js';
import { subscriptionPlanChanged } from './subscriptionPlan.changed/entry.js';
import { transactionChanged } from './transaction.changed/entry.js';
import { userInvoiceDetailsChanged } from './user.invoiceDetails.changed/entry.js';
import { userPaymentMethodChanged } from './user.paymentMethod.changed/entry.js';
import { userSubscriptionChanged } from './user.subscription.changed/entry.js';
import { userSubscriptionChangedOld } from './user.subscriptionChanged/entry.js';
import { userBalanceChanged } from './userBalance.changed/entry.js';

/** Every notification name we know of, one folder each. */
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
