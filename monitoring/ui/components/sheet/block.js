// A block of the sheet: the children of one age by the criteria of one learning area, and the way through its cells.

import { cellOf } from "./sheet.js";

const FEW_CHILDREN = 6; // with so few the block is turned: criteria down with their text, children across

// Return the ages whose children have criteria in an area, the youngest first.
export function agesIn(sheet, area) {
  const ages = sheet.criteria.filter((criterion) => criterion.area === area).map(({ age }) => age);
  return [...new Set(ages)].sort();
}

export class Block {
  constructor(sheet, area, age) {
    this.area = area;
    this.age = age;
    this.children = sheet.children.filter((child) => child.age === age);
    this.criteria = sheet.criteria.filter((criterion) => criterion.area === area && criterion.age === age);
    this.isTurned = this.children.length <= FEW_CHILDREN;
    this.rows = this.isTurned ? this.criteria : this.children;
    this.columns = this.isTurned ? this.children : this.criteria;
  }

  child({ row, column }) {
    return this.children[this.isTurned ? column : row];
  }

  criterion({ row, column }) {
    return this.criteria[this.isTurned ? row : column];
  }

  cell(place) {
    return cellOf(this.child(place).id, this.criterion(place).id);
  }

  // Return the child and the criterion of a cell.
  pairOf(cell) {
    const [child, criterion] = cell.split(" ");
    return [this.children.find(({ id }) => id === child), this.criteria.find(({ id }) => id === criterion)];
  }

  // Return the place of a cell, or null for one of another block.
  placeOf(cell) {
    return this.places().find((place) => this.cell(place) === cell) ?? null;
  }

  places() {
    return this.rows.flatMap((_, row) => this.columns.map((_, column) => ({ row, column })));
  }

  cells() {
    return this.places().map((place) => this.cell(place));
  }

  // Return all places in the order in which the cursor takes them.
  inOrder(way) {
    const order = [];
    for (let at = { row: 0, column: 0 }; at && this.rows.length && this.columns.length; at = this.beside(at, way)) {
      order.push(at);
    }
    return order;
  }

  // Return the place after (or with `step` -1 before) one, "down" through the columns or "across" through the rows;
  // null at the end of the block.
  beside({ row, column }, way, step = 1) {
    const [height, width] = [this.rows.length, this.columns.length];
    const number = (way === "down" ? column * height + row : row * width + column) + step;
    if (number < 0 || number >= height * width) return null;
    return way === "down"
      ? { row: number % height, column: Math.floor(number / height) }
      : { row: Math.floor(number / width), column: number % width };
  }

  // Return the place so many rows and columns away, or the nearest one inside.
  moved({ row, column }, rows, columns) {
    return { row: within(row + rows, this.rows), column: within(column + columns, this.columns) };
  }
}

function within(number, list) {
  return Math.min(Math.max(number, 0), list.length - 1);
}
