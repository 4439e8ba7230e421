import { inject } from 'vitest';
import type { OpenDemo } from './demo.ts';

/** The demo of the whole run. Who changes something that others see starts one of their own. */
export async function sharedDemo(): Promise<OpenDemo> {
  const answer = await fetch(inject('stageUrl'));
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as OpenDemo;
}
