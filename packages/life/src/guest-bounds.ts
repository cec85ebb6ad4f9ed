import { stepLimits } from '@coordinator/shared/plan';

/**
 * How much of anything a guest may give, in one place. A guest is hostile until the opposite is shown, and it is one of
 * many: whatever it sends or leaves, the others' results and the coordinator's memory stay as they would be.
 *
 * Beyond these, frames and messages are bounded where they are parsed (shared/frame, shared/message), all that comes
 * over a channel in `channel`, reports by the plan (contract/ledger), console lines where they are cut
 * (machine/console), and time by {@link makeLimits}.
 */

/** What it may leave in its share beside the channel. */
export const MAX_SHARE_BYTES = 64 * 2 ** 20;
export const MAX_SHARE_FILES = 1000;
/** Folders inside of each other; a path has no more parts either. */
export const MAX_SHARE_DEPTH = 64;

/** Files that are taken from the share, one for each test that is a program among them, and bytes of each. */
export const MAX_ARTIFACTS = 16 + stepLimits.tests;
export const MAX_ARTIFACT_BYTES = 4 * 2 ** 20;

/** Lines of its kernel that are pointed out. */
export const MAX_WARNINGS = 100;
/** Contradictions that are told as they come; all are counted. */
export const MAX_CONTRADICTIONS_TOLD = 10;
