// Stands for react-devtools-core, which Ink asks for only when it is being developed.
export default {};
