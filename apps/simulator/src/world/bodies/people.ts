import type { NotificationBody, Stamp } from '../notification.js';
import type { User } from '../world.js';

export function userChanged(user: User, at: Stamp): NotificationBody {
  const { person } = user;
  return {
    notification: 'UserChangedNotification',
    user: {
      id: String(user.id),
      email: user.email,
      emailVerified: user.createdAt.slice(0, 19).replace('T', ' '),
      requirePasswordReset: false,
      firstName: person.firstName,
      middleName: null,
      lastName: person.lastName,
      phone: user.phone,
      country: person.country,
      state: null,
      city: person.city,
      postCode: null,
      address: null,
      vehicleNo: null,
      personalId: '',
      locale: person.locale,
      balance: user.balance,
      status: 'enabled',
      userGroupIds: [3, 9],
      externalId: `crm/${user.id}`,
      subscriptionId: null,
      options: { sessionsAllowed: 'single_session' },
      lastUpdatedAt: at.seconds,
      createdAt: user.createdAt,
      createdBy: 'mobile_api',
      receiveNewsAndPromotions: false,
    },
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

export function idTagChanged(user: User, at: Stamp): NotificationBody {
  return {
    notification: 'idTag.changed',
    idTagsId: user.idTagId,
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

export function paymentMethodChanged(user: User, at: Stamp): NotificationBody {
  return {
    notification: 'user.paymentMethod.changed',
    paymentMethodId: user.paymentMethodId,
    userId: user.id,
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

export function invoiceDetailsChanged(user: User, at: Stamp): NotificationBody {
  return {
    notification: 'user.invoiceDetails.changed',
    userId: user.id,
    action: 'updated',
    lastUpdatedAt: at.seconds,
  };
}

/** `endsAt` has no zone, as in AMPECO's own example. */
export function subscriptionChanged(user: User, at: Stamp): NotificationBody {
  return {
    notification: 'user.subscription.changed',
    userId: user.id,
    planId: user.subscriptionPlanId,
    status: 'active',
    endsAt: `${new Date(at.ms + 30 * 86_400_000).toISOString().slice(0, 10)} 23:59:59`,
    lastUpdatedAt: at.seconds,
  };
}

export function partnerInviteCreated(partnerInviteId: number, email: string, at: Stamp): NotificationBody {
  return {
    notification: 'partnerInvite.changed',
    partnerInviteId,
    userId: null,
    email,
    action: 'created',
    allowCorporateAccountBilling: true,
    limitCorporateAccountBillingToPartnerChargePoints: false,
    allowAccessToPrivateChargePoints: true,
    lastUpdatedAt: at.seconds,
  };
}
