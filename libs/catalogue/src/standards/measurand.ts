import type { EquivalentsTable } from './equivalents.js';

/**
 * What a meter value measures: OCPP 1.6 Measurand, OCPP 2.0.1 MeasurandEnumType, which has no Temperature any
 * more, and OCPI 2.2.1 CdrDimensionType with the unit that OCPI fixes for it. AMPECO's `Energy Consumed` is
 * the energy of the session so far, not the register, so no measurand of OCPP. `unit` is what AMPECO documents or, for
 * power, what captures show; a meter value carries its own and may differ. OCPI's dimensions are amounts and means of a
 * charging period, AMPECO's values are readings at an instant: the word is the same, the value has yet to be made.
 */
export const MEASURAND: EquivalentsTable = {
  'Energy Active Import Register': {
    ocpp16: 'Energy.Active.Import.Register',
    ocpp201: 'Energy.Active.Import.Register',
    ocpi221: { dimension: 'ENERGY_IMPORT', unit: 'kWh' },
    unit: 'Wh',
  },
  'Energy Consumed': { ocpi221: { dimension: 'ENERGY', unit: 'kWh' }, unit: 'Wh' },
  'Power Active Import': {
    ocpp16: 'Power.Active.Import',
    ocpp201: 'Power.Active.Import',
    ocpi221: { dimension: 'POWER', unit: 'kW' },
    unit: 'W',
  },
  'Power Offered': { ocpp16: 'Power.Offered', ocpp201: 'Power.Offered', unit: 'W' },
  'Current Import': {
    ocpp16: 'Current.Import',
    ocpp201: 'Current.Import',
    ocpi221: { dimension: 'CURRENT', unit: 'A' },
    unit: 'A',
  },
  'Current Offered': { ocpp16: 'Current.Offered', ocpp201: 'Current.Offered', unit: 'A' },
  Voltage: { ocpp16: 'Voltage', ocpp201: 'Voltage', unit: 'V' },
  'State Of Charge': {
    ocpp16: 'SoC',
    ocpp201: 'SoC',
    ocpi221: { dimension: 'STATE_OF_CHARGE', unit: 'Percent' },
    unit: 'Percent',
  },
  Temperature: { ocpp16: 'Temperature', unit: 'Celsius' },
};
