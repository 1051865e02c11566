// The settings of a run stage by stage. A run has one stage; a branch of another run has one more,
// and its `past` holds the settings that led to the epoch at which it left.

/** Settings that may change in the middle of a run: the data and the network stay. */
export const STAGE_KEYS = ["optimizer", "lr", "batch_size", "weight_decay"];

/** Whether two values that JSON can hold are the same. */
export const sameValue = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** These settings, and until which epoch they hold. */
export const stageOf = (settings, until) => ({
  until,
  ...Object.fromEntries(STAGE_KEYS.map((key) => [key, settings[key]])),
});

/** All stages of a run; the last one has no end. */
export const stagesOf = (settings) => [...(settings.past ?? []), stageOf(settings, Infinity)];

/** The epoch at which a branch left its parent, or 0 for a run that is none. */
export const branchEpoch = (settings) => settings.past?.at(-1)?.until ?? 0;
