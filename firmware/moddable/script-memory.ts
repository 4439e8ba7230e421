import Instrumentation from 'instrumentation';

const slots = Instrumentation.map('XS Slot Heap Used');
const chunks = Instrumentation.map('XS Chunk Heap Used');
const stack = Instrumentation.map('XS Stack Used');

/** What the script's machine takes, by the SDK's own counting; undefined where it was built without. */
export function scriptMemory():
  | { readonly slotBytes: number; readonly chunkBytes: number; readonly stackPeakBytes: number }
  | undefined {
  if (slots === undefined || chunks === undefined || stack === undefined) return undefined;
  return {
    slotBytes: Instrumentation.get(slots) ?? 0,
    chunkBytes: Instrumentation.get(chunks) ?? 0,
    stackPeakBytes: Instrumentation.get(stack) ?? 0,
  };
}
