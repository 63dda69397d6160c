import type { NotificationBody, Stamp } from '../notification.js';
import type { Tariff, User } from '../world.js';

export function transactionChanged(
  transactionId: number,
  action: 'created' | 'updated',
  at: Stamp,
): NotificationBody {
  return { notification: 'transaction.changed', transactionId, action, lastUpdatedAt: at.seconds };
}

export function userBalanceChanged(
  user: User,
  movement: {
    readonly debit: number;
    readonly credit: number;
    readonly type: 'transaction' | 'auto_top_up';
    readonly transactionId: number;
  },
  at: Stamp,
): NotificationBody {
  return {
    notification: 'userBalance.changed',
    debit: movement.debit,
    credit: movement.credit,
    updatedBalance: user.balance,
    userId: user.id,
    currency: 'EUR',
    type: movement.type,
    transactionId: movement.transactionId,
    timestamp: at.seconds,
    lastUpdatedAt: at.seconds,
  };
}

export function tariffChanged(tariff: Tariff, at: Stamp): NotificationBody {
  const price = tariff.pricePerKwh.toFixed(2);
  return {
    notification: 'TariffChangedNotification',
    tariff: {
      id: tariff.id,
      name: tariff.name,
      type: 'duration+energy',
      description: { en: `€${price} per kWh`, de: `${price.replace('.', ',')} €/kWh` },
      additionalInformation: null,
      learnMoreUrl: { en: `https://www.example.com/tariffs/${tariff.id}` },
      pricing: {
        connectionFee: tariff.connectionFee,
        pricePerKwh: tariff.pricePerKwh,
        pricePeriodInMinutes: 15,
        pricePerPeriod: 0,
        idleFeePerMinute: 0.1,
        idleFeeGracePeriodMinutes: 10,
        minPrice: null,
        preAuthorizeAmount: 40,
        lockPriceOnSessionStart: true,
        stateOfChargeIdleThreshold: null,
      },
      currency: 'EUR',
      stopSession: { timeLimitMinutes: null, stopWhenEnergyExceedsKwh: null },
      restrictions: {
        applyToUsersOfChargePointPartner: false,
        applyToUsersOfAllRoamingEmsps: false,
        applyToAdHocUsers: true,
        adHocPreAuthorizeAmount: 40,
        applyToUsersOfPartners: [],
        applyToUserGroupIds: [],
        applyToUsersWithSubscriptions: [],
        startDate: '2026-01-01',
        endDate: null,
      },
      partner: { id: null },
      lastUpdatedAt: at.seconds,
      display: {
        defaultPriceInformation: `${price} EUR/kWh`,
        defaultPriceInformationOffline: null,
        priceInformation: null,
        totalCostInformation: null,
      },
      integrationId: null,
      externalId: null,
    },
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}
