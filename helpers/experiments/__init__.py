"""The pictures and live experiments of each lesson, one module a lesson, named like the lesson."""
