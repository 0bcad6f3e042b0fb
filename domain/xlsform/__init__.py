"""Reads XLSForm as the field writes it: tables, lists, expressions, the functions of ODK."""
