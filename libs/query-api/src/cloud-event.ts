import { EventFlag, RELATED_RESOURCES, type StoredEvent } from '@chargelog/domain';
import { supersededBy } from '@chargelog/catalogue';

/**
 * An event as CloudEvents 1.0 structured JSON (CloudEvents JSON format §3), extension attributes in lower case as the
 * specification demands. `data` is spliced in as text: parsing and serializing it again would cost three times as much
 * and could change what was received (numbers beyond a double, key order).
 */
export function renderCloudEvent(event: StoredEvent): string {
  const { flags } = event;
  const attributes: Record<string, unknown> = {
    specversion: '1.0',
    id: event.id,
    source: `/tenants/${event.tenant}/ampeco`,
    type: event.type,
    subject: event.subject && `${event.subject.kind}/${event.subject.id}`,
    time: new Date(event.occurredAt).toISOString(),
    datacontenttype: 'application/json',
    tenant: event.tenant,
    notification: event.notification,
    position: event.position.toString(),
    receivedat: new Date(event.receivedAt).toISOString(),
    transport: event.transport,
    gatewaysource: event.source,
    conformance: conformanceOf(flags),
  };
  if (flags & EventFlag.undated) attributes['undated'] = true;
  if (flags & EventFlag.late) attributes['late'] = true;
  if (flags & EventFlag.deprecated) {
    attributes['deprecated'] = true;
    attributes['supersededby'] = supersededBy(event.notification);
  }
  for (const resource of RELATED_RESOURCES) {
    const id = event.related[resource];
    if (id !== undefined) attributes[`${resource.toLowerCase()}id`] = id;
  }
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${event.data}}`;
}

function conformanceOf(flags: number): 'conforming' | 'nonconforming' | 'unrecognized' {
  if (flags & EventFlag.unrecognized) return 'unrecognized';
  return flags & EventFlag.nonconforming ? 'nonconforming' : 'conforming';
}
