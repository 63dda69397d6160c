import {
  dataPlanOf,
  dataSchemaId,
  entryOf,
  renderData,
  supersededBy,
  type DataForm,
} from '@chargelog/catalogue';
import { EventFlag, RELATED_RESOURCES, type StoredEvent } from '@chargelog/domain';
import { conformanceOf } from './conformance.js';

/**
 * An event as CloudEvents 1.0 structured JSON (CloudEvents JSON format §3), extension attributes in lower case as the
 * specification demands. `data` is edited as text and spliced in: parsing and serializing it again would cost three times
 * as much and could change what was received (numbers beyond a double, key order).
 */
export function renderCloudEvent(event: StoredEvent, form: DataForm): string {
  const { flags } = event;
  const entry = entryOf(event.notification);
  const plan = dataPlanOf(event.notification);
  if (plan === undefined) throw new Error('the newest major of a notification has no plan');
  const { text: data, maskedPaths } = renderData(event.data, plan, form);
  const attributes: Record<string, unknown> = {
    specversion: '1.0',
    id: event.id,
    source: `/tenants/${event.tenant}/ampeco`,
    type: event.type,
    subject: event.subject && `${event.subject.kind}/${event.subject.id}`,
    time: new Date(event.occurredAt).toISOString(),
    datacontenttype: 'application/json',
    // Of normalized data only: what AMPECO sends is described by AMPECO.
    dataschema: form.normalized && entry !== undefined ? dataSchemaId(entry.name, entry.major) : undefined,
    tenant: event.tenant,
    notification: event.notification,
    position: event.position.toString(),
    receivedat: new Date(event.receivedAt).toISOString(),
    transport: event.transport,
    gatewaysource: event.source,
    conformance: conformanceOf(flags),
  };
  if (flags & EventFlag.undated) attributes['undated'] = true;
  if (flags & EventFlag.ahead) attributes['ahead'] = true;
  if (flags & EventFlag.deprecated) {
    attributes['deprecated'] = true;
    attributes['supersededby'] = supersededBy(event.notification);
  }
  if (maskedPaths.length > 0) attributes['maskedpaths'] = maskedPathsText(maskedPaths);
  for (const resource of RELATED_RESOURCES) {
    const id = event.related[resource];
    if (id !== undefined) attributes[`${resource.toLowerCase()}id`] = id;
  }
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`;
}

/** CloudEvents attributes hold no lists: pointers separated by spaces, their own spaces as `%20` (RFC 6901 §6). */
function maskedPathsText(pointers: readonly string[]): string {
  return pointers.map((pointer) => pointer.replaceAll('%', '%25').replaceAll(' ', '%20')).join(' ');
}
