import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * Siemens SENTRON PAC2200. Functions 3 and 4 both work. A read must begin with a value. Frequency at 46
 * (mbmd) contradicts the tables of its sisters PAC3200 and PAC4200, which have it at 55, so it is not read.
 * Counters are doubles in Wh.
 */
export const siemensPac2200: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'siemens-pac2200',
  manufacturer: 'Siemens',
  model: 'SENTRON PAC2200',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/pac2200.go; https://www.easymanua.ls/siemens/sentron-pac2200/manual?p=91; https://www.easymanua.ls/siemens/sentron-7km-pac2200/manual?p=102',
  note: 'Frequency is not read: sources disagree on its register.',
  defaults: {},
  limits: { ...unstatedLimits, readAtValueStart: true },
  registers: [
    ...registersOf(
      { fc: 4, type: 'float32' },
      {
        voltageL1V: 0x0001,
        voltageL2V: 0x0003,
        voltageL3V: 0x0005,
        voltageL1L2V: 0x0007,
        voltageL2L3V: 0x0009,
        voltageL3L1V: 0x000b,
        currentL1A: 0x000d,
        currentL2A: 0x000f,
        currentL3A: 0x0011,
        apparentPowerL1VA: 0x0013,
        apparentPowerL2VA: 0x0015,
        apparentPowerL3VA: 0x0017,
        powerL1W: 0x0019,
        powerL2W: 0x001b,
        powerL3W: 0x001d,
        reactivePowerL1Var: 0x001f,
        reactivePowerL2Var: 0x0021,
        powerFactorL1: 0x0025,
        powerFactorL2: 0x0027,
        powerFactorL3: 0x0029,
        apparentPowerVA: 0x003f,
        powerW: 0x0041,
        reactivePowerVar: 0x0043,
        powerFactor: 0x0045,
      },
    ),
    ...registersOf({ fc: 4, type: 'float32', isDoubtful: true }, { frequencyHz: 0x002e }),
    ...registersOf(
      { fc: 4, type: 'float64', ...eachWindow },
      {
        energyImportWh: 0x0321,
        energyExportWh: 0x0329,
      },
    ),
  ],
});
