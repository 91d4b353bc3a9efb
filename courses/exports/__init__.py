"""An edition as files: JSON, XLSX and PDF, each made from the sealed text and carrying its digest."""
