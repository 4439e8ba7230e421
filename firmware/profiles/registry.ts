import { eastronSdm120 } from './eastron-sdm120.ts';
import { eastronSdm630 } from './eastron-sdm630.ts';
import { ina219 } from './ina219.ts';
import { peacefairPzem004tV3 } from './peacefair-pzem-004t-v3.ts';
import type { MeterProfile } from './profile.ts';
import { smlMeter } from './sml-meter.ts';

/** Every meter that Joulegate knows. */
export const profiles: readonly MeterProfile[] = Object.freeze([
  eastronSdm630,
  eastronSdm120,
  peacefairPzem004tV3,
  smlMeter,
  ina219,
]);

/** The profile of this id, or undefined where there is none. */
export const findProfile = (id: string): MeterProfile | undefined =>
  profiles.find(profile => profile.id === id);
