import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const tariffChangedNotification = defineNotification({
  name: 'TariffChangedNotification',
  title: 'A tariff was created, edited or deleted, with the whole object',
  resource: 'tariff',
  type: byAction('tariff', ['created', 'updated', 'deleted']),
  subject: subjectAt('tariff', ['tariff', 'id']),
  body,
});
