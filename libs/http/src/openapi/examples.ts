/** One notification as AMPECO sends it (documented shape, invented values). The tests send it and get what stands below. */
export const SESSION_STARTED = {
  notification: 'session.start.stop.notification',
  sessionId: 904512,
  userId: 55321,
  chargePointId: 1187,
  evseId: 2291,
  action: 'start',
  idTag: '04A2B91C5E6F80',
  startedAtTimestamp: '2026-03-14T08:51:07+00:00',
  meterStart: 4803490,
  meterStop: 4803490,
  lastUpdatedAt: '2026-03-14T08:51:08+00:00',
} as const;

/** Follows from the body above and the tenant `acme` (docs/identity.md). */
export const SESSION_STARTED_ID = '019ceb8a-c878-8fa8-9aa4-3f15b5ed201b';

export const SESSION_STARTED_EVENT = {
  specversion: '1.0',
  id: SESSION_STARTED_ID,
  source: '/tenants/acme/ampeco',
  type: 'session.started',
  subject: 'session/904512',
  time: '2026-03-14T08:51:07.000Z',
  datacontenttype: 'application/json',
  dataschema: '/v1/schemas/session.start.stop.notification/1',
  tenant: 'acme',
  notification: 'session.start.stop.notification',
  position: '4711',
  receivedat: '2026-03-14T08:51:08.412Z',
  transport: 'webhook',
  gatewaysource: 'ampeco',
  conformance: 'conforming',
  chargepointid: '1187',
  evseid: '2291',
  sessionid: '904512',
  userid: '55321',
  data: {
    ...SESSION_STARTED,
    sessionId: '904512',
    userId: '55321',
    chargePointId: '1187',
    evseId: '2291',
    startedAtTimestamp: '2026-03-14T08:51:07Z',
    lastUpdatedAt: '2026-03-14T08:51:08Z',
  },
} as const;
