export type DefectGroup = 'data' | 'status' | 'interrupts' | 'isolation';

/**
 * What must be there for a defect to show at all:
 * - `iommu`: an IOMMU that translates, so that each of the driver's mappings is a window of its own;
 * - `second-pair`: transactions in frame 512 or above;
 * - `bus-master-off`: a launch while the function is no bus master.
 */
export type DefectNeeds = 'iommu' | 'second-pair' | 'bus-master-off';

/** Something broken on purpose in an engine, to see whether those who judge it notice. */
export interface DefectDescription {
  /** kebab-case; unique. */
  readonly name: string;
  readonly group: DefectGroup;
  /** One sentence for people. */
  readonly does: string;
  readonly needs?: DefectNeeds;
  /** Nothing is lost or wrong in the end: no failure is due, only `warning`. */
  readonly harmless?: true;
  readonly warning?: 'late';
}

/** A group's, by name; a sentence where there is no more to say of one. */
export type DefectList = Readonly<Record<string, string | Omit<DefectDescription, 'name' | 'group'>>>;
