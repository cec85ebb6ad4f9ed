export type { HistoryEntry, IndexedRun, TestCounts } from './entry.ts';
export type { FlakeRate } from './flake-rate.ts';
export { type Flakes, flakeRates } from './flakes.ts';
export { INDEX_FILE } from './index-file/index.ts';
export { type KeepRule, parseKeepRule } from './keep-rule.ts';
export { type KeptRun, type LoadOptions, loadHistory, noteRun, RunHistory } from './load.ts';
export { type Pruned, type PruneOptions, pruneRuns } from './prune.ts';
export { type History, type HistoryQuery, listFlakes, listHistory } from './select.ts';
export { gistOf } from './summarize.ts';
