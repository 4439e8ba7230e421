import { type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import { abbB23 } from './abb-b23.ts';
import { acrelAdw300 } from './acrel-adw300.ts';
import { bgeDs100 } from './bge-ds100.ts';
import { carloGavazziEm24 } from './carlo-gavazzi-em24.ts';
import { carloGavazziEm24E1 } from './carlo-gavazzi-em24-e1.ts';
import { carloGavazziEm112 } from './carlo-gavazzi-em112.ts';
import { carloGavazziEm340 } from './carlo-gavazzi-em340.ts';
import { chintDtsu666 } from './chint-dtsu666.ts';
import { chintDtsu666Unscaled } from './chint-dtsu666-unscaled.ts';
import { d0Meter, d0MeterAsked } from './d0-meter.ts';
import { dzgDvh4013 } from './dzg-dvh4013.ts';
import { eastronSdm54 } from './eastron-sdm54.ts';
import { eastronSdm72dM } from './eastron-sdm72d-m.ts';
import { eastronSdm72dMV2 } from './eastron-sdm72d-m-v2.ts';
import { eastronSdm120 } from './eastron-sdm120.ts';
import { eastronSdm220 } from './eastron-sdm220.ts';
import { eastronSdm230 } from './eastron-sdm230.ts';
import { eastronSdm630 } from './eastron-sdm630.ts';
import { eltakoDsz15dzmod } from './eltako-dsz15dzmod.ts';
import { finder7e23 } from './finder-7e23.ts';
import { finder7m24 } from './finder-7m24.ts';
import { finder7m38 } from './finder-7m38.ts';
import { growattRtu } from './growatt-rtu.ts';
import { growattRtu2 } from './growatt-rtu2.ts';
import { ina219 } from './ina219.ts';
import { ineproPro380 } from './inepro-pro380.ts';
import { janitzaB23 } from './janitza-b23.ts';
import { lovatoDmg610 } from './lovato-dmg610.ts';
import { ornoWe504 } from './orno-we504.ts';
import { ornoWe514 } from './orno-we514.ts';
import { ornoWe516 } from './orno-we516.ts';
import { ornoWe525 } from './orno-we525.ts';
import { p1Meter } from './p1-meter.ts';
import { peacefairPzem004tV3 } from './peacefair-pzem-004t-v3.ts';
import { peacefairPzem016 } from './peacefair-pzem-016.ts';
import { peacefairPzem017 } from './peacefair-pzem-017.ts';
import type { MeterProfile } from './profile.ts';
import { schneiderIem3000 } from './schneider-iem3000.ts';
import { siemens7kt1665 } from './siemens-7kt1665.ts';
import { siemensPac2200 } from './siemens-pac2200.ts';
import { smlMeter, smlMeterUnsigned } from './sml-meter.ts';
import { sunspecDevice, sunspecInverter, sunspecMeter } from './sunspec.ts';

/** Every meter that Joulegate knows. */
export const profiles: readonly MeterProfile[] = Object.freeze([
  eastronSdm630,
  eastronSdm120,
  peacefairPzem004tV3,
  abbB23,
  acrelAdw300,
  bgeDs100,
  carloGavazziEm112,
  carloGavazziEm24,
  carloGavazziEm24E1,
  carloGavazziEm340,
  chintDtsu666,
  chintDtsu666Unscaled,
  dzgDvh4013,
  eastronSdm220,
  eastronSdm230,
  eastronSdm54,
  eastronSdm72dM,
  eastronSdm72dMV2,
  eltakoDsz15dzmod,
  finder7e23,
  finder7m24,
  finder7m38,
  growattRtu,
  growattRtu2,
  ineproPro380,
  janitzaB23,
  lovatoDmg610,
  ornoWe504,
  ornoWe514,
  ornoWe516,
  ornoWe525,
  peacefairPzem016,
  peacefairPzem017,
  schneiderIem3000,
  siemens7kt1665,
  siemensPac2200,
  sunspecDevice,
  sunspecInverter,
  sunspecMeter,
  smlMeter,
  smlMeterUnsigned,
  d0Meter,
  d0MeterAsked,
  p1Meter,
  ina219,
]);

/** How often a meter is to give a value: as its settings say, or, where it has to be asked at a head, as its profile does. */
export function sampleMsOf({ sampleMs }: Pick<MeterSettings, 'sampleMs'>, profile?: MeterProfile): number {
  const askedMs = profile?.kind === 'head' ? profile.signOnEveryMs : undefined;
  return sampleMs ?? askedMs ?? settingsDefaults.sampleMs;
}

/**
 * The profile of this id, or undefined where there is none. `own` are those of the user's settings, and they come
 * first: an update of the firmware that brings a profile of the same id changes no meter that runs.
 */
export const findProfile = (id: string, own: readonly MeterProfile[] = []): MeterProfile | undefined =>
  own.find(profile => profile.id === id) ?? profiles.find(profile => profile.id === id);
