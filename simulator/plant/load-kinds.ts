import type { LoadKind } from './load.ts';
import { appliances } from './loads/appliances.ts';
import { battery } from './loads/battery.ts';
import { batteryBank } from './loads/battery-bank.ts';
import { cooling } from './loads/cooling.ts';
import { dcLoad } from './loads/dc-load.ts';
import { duskLights } from './loads/dusk-lights.ts';
import { ev } from './loads/ev.ts';
import { fridge } from './loads/fridge.ts';
import { heatPump } from './loads/heat-pump.ts';
import { lights } from './loads/lights.ts';
import { mainsCharger } from './loads/mains-charger.ts';
import { motor } from './loads/motor.ts';
import { office } from './loads/office.ts';
import { profile } from './loads/profile.ts';
import { pv } from './loads/pv.ts';
import { solarCharger } from './loads/solar-charger.ts';
import { standby } from './loads/standby.ts';
import { steady } from './loads/steady.ts';
import { ventilation } from './loads/ventilation.ts';
import { waterHeater } from './loads/water-heater.ts';

/** Every kind of load there is, by the name that a plan calls it. */
export const loadKinds: Readonly<Record<string, LoadKind>> = Object.freeze({
  standby,
  appliances,
  fridge,
  lights,
  'dusk-lights': duskLights,
  'heat-pump': heatPump,
  'water-heater': waterHeater,
  ev,
  pv,
  battery,
  motor,
  office,
  ventilation,
  cooling,
  profile,
  steady,
  'mains-charger': mainsCharger,
  'dc-load': dcLoad,
  'solar-charger': solarCharger,
  'battery-bank': batteryBank,
});
