import { action } from '../../blocks/common.js';
import {
  anything,
  id,
  instant,
  nullable,
  object,
  required,
  sensitive,
  text,
} from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

const issue: Members = {
  id: id(),
  operatorId: nullable(id()),
  title: text(),
  status: text(),
  workflowState: text(),
  category: nullable(text()),
  severity: nullable(text()),
  priority: nullable(text()),
  keyResource: anything(),
  assigneeAdminId: nullable(id()),
  partnerId: nullable(id()),
  externalId: nullable(text()),
  description: sensitive(nullable(text('Free text'))),
  resolutionDetails: sensitive(nullable(text('Free text'))),
  createdAt: instant(),
  updatedAt: instant(),
};

// AMPECO publishes the names of the members and which are required, not their types nor the values of `action`.
export const body: Members = {
  issueId: required(id()),
  action: required(action('created', 'updated', 'deleted')),
  status: text(),
  workflowState: text(),
  updatedAt: required(instant()),
  issue: object(issue, 'Since API 3.251'),
};
